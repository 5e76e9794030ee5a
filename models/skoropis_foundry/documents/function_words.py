"""Words that hardly any text of a language can do without, a short list for each language.

English and Russian are what we train; the others are there to be told apart from them.
"""

from __future__ import annotations

FUNCTION_WORDS: dict[str, str] = {
    "English": """
        a the and in of on that it he me no s you with this have are but not they from my your what
        there would will about which his been their them when were could should how our who than then
        these those if because by or just can know i she we him its did does don isn didn wasn t is was
        be for to as at an so up out all had has one more now get like good only into over after before
        where some any
    """,
    "Russian": """
        и а в не на что с как это он она они по но из у за от же так для мы вы вас вам нас нам меня мне
        тебя тебе его ее её их был была было были быть есть если уже или когда только чтобы может можно
        нет да еще ещё очень все всё этот эта эти того тоже здесь там где потом после при до во со ли бы
        к о об я ты то которые который которая потому себя свою свой ему ей надо нужно этого этом
    """,
    "German": """
        der die das und ist nicht ein eine einen einem einer ich wir ihr sie es mit auf für von dem den
        des zu im auch wie bei oder aber wenn dass noch nach nur sich aus haben hat wird werden sind
        kann über mich mir
    """,
    "French": """
        le la les des et est une un que qui dans pour pas sur avec ce cette il elle nous vous je au aux
        du mais ou ne se son sa ses sont plus tout comme être avoir fait c d l n qu j
    """,
    "Spanish": """
        el la los las que y en un una por con para no del se es lo su al como más pero sus le ya este sí
        porque esta cuando muy sin sobre también me hasta hay donde quien desde todo nos
    """,
    "Portuguese": """
        que não uma um os as para com por mais dos como mas foi ao ele das tem seu sua ou ser quando
        muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo você são em
        do da no na é
    """,
    "Italian": """
        che di è il un una per non sono con del della le gli lo si da nel al come più ma anche ha questo
        questa mi ci sua suo dei delle alla ho hai se io lei lui quando era loro
    """,
    "Dutch": """
        de het een en van ik je niet dat die zijn er maar om hem ook aan met voor ze wij dan zou wat
        mijn geen naar heb heeft bij uit nog wel kan hij deze worden wordt door
    """,
    "Swedish, Danish or Norwegian": """
        och att det är som på en inte jag han av för med till den har de ett om men var og er ikke jeg
        der af til at vi du et så kan skal vil sig fra eller efter etter hun
    """,
    "Polish": """
        nie się na jest że do to jak z w i co ale po tak czy za ja od był było są dla przez jego ten
        może już jestem mnie tylko ich które który tego o
    """,
    "Czech or Slovak": """
        je se na to že v a s z do ale jsem jak by tak co za pro ve jsou po si jeho byl bylo když nebo až
        už jen ten může který která které sa som nie ako
    """,
    "Finnish": """
        ja on ei se että hän oli ole mutta kun niin myös minä sen joka mitä tämä jos kuin vain ovat sinä
        tai nyt
    """,
    "Hungarian": """
        a az és nem hogy egy is van ez meg csak de volt már mint vagy ha ki azt még lesz kell ezt minden
        mert
    """,
    "Romanian": """
        de și la nu în să o pe cu un că ce din este mai care am dar fi pentru sunt ca a sa se au ai lui
        si
    """,
    "Turkish": """
        bir ve bu da de için ne çok ben o mi daha ama var gibi kadar değil sen her ile olarak sonra olan
    """,
    "Indonesian": """
        yang dan di ini itu dengan untuk tidak dari dalam akan pada saya juga ke karena ada anda bisa
        kita oleh
    """,
    "Croatian, Bosnian or Serbian": """
        je i u da se na za ne su od sam to što kao ali ili bi samo kako će koji nije sa iz po kad ako
        može nisam si
    """,
    "Ukrainian": """
        і в не на що з як це він вона вони та але за до від для ми ви його її їх був була було є якщо
        вже або коли тільки щоб може ні так ще дуже усе цей ця ці тут де після при й у
    """,
    "Belarusian": """
        і ў не на што з як гэта ён яна яны але за да ад для мы вы яго яе іх быў была было ёсць калі ўжо
        або толькі каб
    """,
    "Bulgarian": """
        и на да се в за от не с е по че са до като това или си ще той при но тя те един една много беше
        бяха във със който която които ми му
    """,
    "Serbian or Macedonian": """
        и је у да се на за не су од са као што то али би или ће јер сам бити када још овај која који
        може из до во ќе со го ја ги беше
    """,
}
